/**
 * contacts: people at customers, wherever Nexus holds something of them. Finds them and erases them.
 *
 * Owns no table. Never touches the trail, nor what the customer's own identity provider and instance hold.
 */
export { contactRoutes } from './contact-routes.ts'
export { type ContactDeps, type Contacts, contactService } from './contact-service.ts'
